package org.retinue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
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
        Map<String, String> resolved = start.look(() -> withDatabaseUrl(environment));
        Settings settings = start.look(() -> Settings.read(resolved == null ? environment : resolved));
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

    /** Takes the database's URL from the file that is named, if one is. */
    private static Map<String, String> withDatabaseUrl(Map<String, String> environment) {
        String url = Setting.DATABASE_URL.variable();
        String variable = Setting.DATABASE_URL_FILE.variable();
        String file = environment.getOrDefault(variable, "").strip();
        if (file.isEmpty()) {
            return environment;
        }
        if (!environment.getOrDefault(url, "").isBlank()) {
            throw new SettingsException(url + " and " + variable + " are both set: set one of them");
        }
        Map<String, String> resolved = new HashMap<>(environment);
        resolved.put(url, readUrl(variable, file));
        return resolved;
    }

    private static String readUrl(String variable, String file) {
        String content;
        try {
            content = Files.readString(Path.of(file)).strip();
        } catch (IOException | InvalidPathException e) {
            throw new SettingsException(variable + " is '" + file + "', which can't be read as a text file");
        }
        if (content.isEmpty()) {
            throw new SettingsException(
                    variable + " is '" + file + "', which is empty: write the database's URL into it");
        }
        return content;
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
