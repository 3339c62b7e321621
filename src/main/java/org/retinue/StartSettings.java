package org.retinue;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.retinue.config.Setting;
import org.retinue.config.Settings;
import org.retinue.config.SettingsException;
import org.retinue.problem.Cors;
import org.retinue.security.AuthSettings;

/** The settings with which the service starts: each by itself, and those that go together. */
final class StartSettings {

    private final Set<String> wrong = new LinkedHashSet<>();

    private StartSettings() {}

    /**
     * Reads them.
     *
     * @throws SettingsException when it can't start with them: a line of the message for all that is wrong
     */
    static Settings read(Map<String, String> environment) {
        StartSettings start = new StartSettings();
        Settings settings = start.look(() -> Settings.read(environment));
        start.look(() -> {
            AuthSettings auth = AuthSettings.read(environment::get);
            return settings == null ? auth : auth.requireFor(settings.require(Setting.HOST));
        });
        start.look(() -> settings == null ? null : requireSafe(settings.get(Setting.CORS_ORIGINS), environment));
        start.look(() -> ServerTls.settings(environment));
        if (!start.wrong.isEmpty()) {
            throw new SettingsException(String.join("\n", start.wrong));
        }
        return settings;
    }

    /** Without authentication, any web page could write. */
    private static String requireSafe(Optional<String> origins, Map<String, String> environment) {
        String given = origins.orElse("");
        if (Cors.parse(given).contains(Cors.ANY)
                && !AuthSettings.read(environment::get).isOn()) {
            throw new SettingsException(
                    "RETINUE_CORS_ORIGINS is * and there is no authentication, so that any web page "
                            + "could write: list the origins, or turn on authentication");
        }
        return given;
    }

    /** What is said twice is kept once. */
    private <T> T look(Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            e.getMessage().lines().forEach(wrong::add);
            return null;
        }
    }
}
