package org.retinue.erasure;

import java.util.Locale;

/** What becomes of the name of an erased user: the setting {@code RETINUE_ERASED_NAMES}. */
public enum ErasedNames {
    /** Nobody can register it again. A hash of it is kept for that, which tells nobody the name. */
    REFUSED,
    /** Anybody can register it again, and nothing of it is kept. */
    REUSABLE;

    private static final String VARIABLE = "RETINUE_ERASED_NAMES";

    /**
     * Checks the setting, where there is one.
     *
     * @throws IllegalArgumentException with what to tell the operator
     */
    public static void require(String setting) {
        if (setting == null || setting.isBlank()) {
            return;
        }
        for (ErasedNames one : values()) {
            if (one.name().toLowerCase(Locale.ROOT).equals(setting.strip())) {
                return;
            }
        }
        throw new IllegalArgumentException(VARIABLE + " should be refused or reusable, but it is " + setting);
    }
}
