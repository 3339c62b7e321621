package org.retinue.erasure;

/** What becomes of the name of an erased user: the setting {@code RETINUE_ERASED_NAMES}. */
public enum ErasedNames {
    /** Nobody can register it again. A hash of it is kept for that, which tells nobody the name. */
    REFUSED,
    /** Anybody can register it again, and nothing of it is kept. */
    REUSABLE
}
