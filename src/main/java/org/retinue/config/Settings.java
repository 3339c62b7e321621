package org.retinue.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The settings as they are given, looked at before anything starts, so that all that is wrong is said at once. */
public final class Settings {

    private static final String PREFIX = "RETINUE_";

    /** The tests' own, which an operator's shell may have as well. */
    private static final String OF_TESTS = "RETINUE_TEST_";

    /** A name that takes more changes than this is none that was meant. */
    private static final int LIKELY_CHANGES = 4;

    private final Map<Setting, String> given;
    private final Map<String, String> properties;
    private final List<String> warnings;

    private Settings(Map<Setting, String> given, Map<String, String> properties, List<String> warnings) {
        this.given = given;
        this.properties = Map.copyOf(properties);
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Reads them. One that is blank is not given.
     *
     * @throws SettingsException when some can't be taken: a line of the message for each
     */
    public static Settings read(Map<String, String> environment) {
        Map<Setting, String> given = new EnumMap<>(Setting.class);
        Map<String, String> properties = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            String said = environment.get(setting.variable());
            String value = said == null ? "" : said.strip();
            String meant = value.isEmpty() ? setting.defaultValue() : value;
            if (said != null && meant != null && !meant.equals(said)) {
                properties.put(setting.property(), meant);
            }
            if (!value.isEmpty()) {
                given.put(setting, value);
                try {
                    setting.require(value);
                } catch (IllegalArgumentException e) {
                    wrong.add(e.getMessage());
                }
            }
        }
        if (!wrong.isEmpty()) {
            throw new SettingsException(String.join("\n", wrong));
        }
        return new Settings(given, properties, warnings(given, environment));
    }

    /** A setting, or its default; nothing when it has none. */
    public Optional<String> get(Setting setting) {
        return Optional.ofNullable(given.getOrDefault(setting, setting.defaultValue()));
    }

    /** One that has a default. */
    public String require(Setting setting) {
        return get(setting).orElseThrow();
    }

    /**
     * What the service has to see in place of the environment: spaces around a value, and values of spaces alone, are
     * none to it.
     */
    public Map<String, String> properties() {
        return properties;
    }

    /** What an operator may have meant otherwise, in a line each. */
    public List<String> warnings() {
        return warnings;
    }

    private static List<String> warnings(Map<Setting, String> given, Map<String, String> environment) {
        List<String> warnings = new ArrayList<>(unknown(environment));
        if (given.containsKey(Setting.RATE_BURST) && !given.containsKey(Setting.RATE_LIMIT)) {
            warnings.add("RETINUE_RATE_BURST does nothing without RETINUE_RATE_LIMIT");
        }
        if ("none".equals(given.get(Setting.AUTH))) {
            Stream.of(Setting.AUTH_ISSUER, Setting.AUTH_PUBLIC_KEY)
                    .filter(given::containsKey)
                    .forEach(setting -> warnings.add(setting.variable() + " does nothing while RETINUE_AUTH is none"));
        }
        return warnings;
    }

    private static List<String> unknown(Map<String, String> environment) {
        List<String> known =
                Arrays.stream(Setting.values()).map(Setting::variable).toList();
        return environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !name.startsWith(OF_TESTS) && !known.contains(name))
                .sorted()
                .map(name -> name + " is not a setting"
                        + Nearest.of(name, known, LIKELY_CHANGES)
                                .map(near -> "; is " + near + " meant?")
                                .orElse(""))
                .collect(Collectors.toList());
    }
}
