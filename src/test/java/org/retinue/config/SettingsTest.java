package org.retinue.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings are listed in the docs, say what is wrong with them, and are declared in one place. */
class SettingsTest {

    private static final Path CODE = Path.of("src", "main", "java");
    private static final Path PROPERTIES = Path.of("src", "main", "resources", "application.properties");
    private static final Path DOCS = Path.of("docs", "configuration.md");

    /** A row of the table: the variable and its default. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(RETINUE_\\w+)` \\| (?:none|by the others|the rate|`([^`]*)`) \\|");

    private static final Pattern INJECTED = Pattern.compile(
            "@ConfigProperty\\(\\s*name = \"(retinue\\.[\\w.-]+)\"(?:,\\s*defaultValue = \"([^\"]*)\")?\\s*\\)");
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{(retinue[.][\\w.-]+)(?::([^}]*))?}");
    private static final Pattern VARIABLE = Pattern.compile("RETINUE_[A-Z_]*[A-Z]");

    @Test
    void theDocsListEachWithItsDefault() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        ROW.matcher(Files.readString(DOCS)).results().forEach(row -> assertThat(
                        listed.put(row.group(1), String.valueOf(row.group(2))))
                .as(row.group(1) + " is listed once")
                .isNull());

        assertThat(listed).isEqualTo(declared(Setting::variable));
    }

    @Test
    void whatIsInjectedIsDeclaredWithTheSameDefault() throws IOException {
        Map<String, String> declared = declared(Setting::property);
        Matcher injected = INJECTED.matcher(code());
        assertThat(injected.results()).isNotEmpty();

        assertThat(injected.reset().results())
                .allSatisfy(one -> assertThat(declared).containsEntry(one.group(1), String.valueOf(one.group(2))));
    }

    @Test
    void whatThePropertiesReferToIsDeclaredWithTheSameDefault() throws IOException {
        Map<String, String> declared = declared(Setting::property);
        Matcher expression = EXPRESSION.matcher(Files.readString(PROPERTIES));
        assertThat(expression.results()).isNotEmpty();

        assertThat(expression.reset().results()).allSatisfy(one -> assertThat(declared)
                .containsEntry(one.group(1), Objects.requireNonNullElse(one.group(2), "null")));
    }

    @Test
    void whatTheCodeSpeaksOfIsDeclared() throws IOException {
        assertThat(VARIABLE.matcher(code())
                        .results()
                        .map(found -> found.group())
                        .filter(name -> !name.equals("RETINUE_TEST")))
                .isNotEmpty()
                .isSubsetOf(declared(Setting::variable).keySet());
    }

    @Test
    void aBlankOneIsNotGiven() {
        Settings settings = Settings.read(Map.of("RETINUE_PORT", " ", "RETINUE_DATABASE_URL", ""));

        assertThat(settings.get(Setting.PORT)).contains("8080");
        assertThat(settings.get(Setting.DATABASE_URL)).isEmpty();
        assertThat(settings.properties()).containsOnly(Map.entry("retinue.port", "8080"));
    }

    @Test
    void spacesAroundOneDoNotMatter() {
        Settings settings = Settings.read(Map.of("RETINUE_PORT", " 80 ", "RETINUE_DATA", "there"));

        assertThat(settings.get(Setting.PORT)).contains("80");
        assertThat(settings.properties()).containsOnly(Map.entry("retinue.port", "80"));
    }

    @Test
    void allThatIsWrongIsSaidAtOnceALineEach() {
        Map<String, String> environment =
                Map.of("RETINUE_PORT", "eighty", "RETINUE_DATABASE_URL", "mysql://root:opensesame@localhost/retinue");

        assertThatThrownBy(() -> Settings.read(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RETINUE_PORT should be a number from 0 to 65535, but it is eighty")
                .hasMessageContaining("RETINUE_DATABASE_URL should be postgresql://")
                .hasMessageNotContaining("opensesame")
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "-1", "8O80", "1e3", "0x50", "99999999999999999999"})
    void aPortThatIsNoneIsRefused(String port) {
        assertThatThrownBy(() -> Settings.read(Map.of("RETINUE_PORT", port)))
                .hasMessage("RETINUE_PORT should be a number from 0 to 65535, but it is " + port);
    }

    @ParameterizedTest
    @CsvSource({
        "RETINUE_ALLOWED_HOSTS, retinue:8080",
        "RETINUE_ALLOWED_HOSTS, 'retinue,http://retinue'",
        "RETINUE_ALLOWED_HOSTS, *.example.com",
        "RETINUE_CORS_ORIGINS, app.example.com",
        "RETINUE_CORS_ORIGINS, 'https://app.example.com,https://app.example.com/'",
        "RETINUE_CORS_ORIGINS, null",
        "RETINUE_CORS_ORIGINS, https://*.example.com"
    })
    void malformedHostOrOriginIsRefused(String variable, String value) {
        assertThatThrownBy(() -> Settings.read(Map.of(variable, value)))
                .hasMessageStartingWith(variable + " should be ")
                .hasMessageEndingWith("but it has " + value.substring(value.indexOf(',') + 1));
    }

    @ParameterizedTest
    @CsvSource({
        "RETINUE_ALLOWED_HOSTS, 'retinue, retinue.example.com,'",
        "RETINUE_ALLOWED_HOSTS, *",
        "RETINUE_CORS_ORIGINS, 'https://app.example.com, http://localhost:3000, http://[::1]:3000'",
        "RETINUE_CORS_ORIGINS, *"
    })
    void listsOfHostsAndOriginsAreAccepted(String variable, String value) {
        assertThat(Settings.read(Map.of(variable, value)).get(Setting.valueOf(variable.substring(8))))
                .contains(value);
    }

    @Test
    void whatKubernetesSetsForAServiceOfThatNameIsExplained() {
        assertThatThrownBy(() -> Settings.read(Map.of("RETINUE_PORT", "tcp://10.0.0.1:8080")))
                .hasMessageContaining("enableServiceLinks: false");
    }

    @ParameterizedTest
    @CsvSource({
        "RETINUE_DATABSE_URL, RETINUE_DATABASE_URL",
        "RETINUE_PROT, RETINUE_PORT",
        "RETINUE_DATABASE_URI, RETINUE_DATABASE_URL"
    })
    void oneThatIsNotKnownIsWarnedOfWithTheNearest(String given, String meant) {
        assertThat(Settings.read(Map.of(given, "any")).warnings())
                .containsExactly(given + " is not a setting; is " + meant + " meant?");
    }

    @Test
    void oneThatIsLikeNoneIsWarnedOfAlone() {
        assertThat(Settings.read(Map.of("RETINUE_COLOUR_OF_THE_SKY", "blue")).warnings())
                .containsExactly("RETINUE_COLOUR_OF_THE_SKY is not a setting");
    }

    @Test
    void othersAreNobodysBusiness() {
        assertThat(Settings.read(Map.of("HOME", "/root", "RETINUE_TEST_DATABASE_URL", "any"))
                        .warnings())
                .isEmpty();
    }

    private static Map<String, String> declared(java.util.function.Function<Setting, String> name) {
        return Arrays.stream(Setting.values())
                .collect(Collectors.toMap(
                        name, one -> String.valueOf(one.defaultValue()), (one, other) -> one, TreeMap::new));
    }

    private static String code() throws IOException {
        StringBuilder code = new StringBuilder();
        try (Stream<Path> files = Files.walk(CODE)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                code.append(Files.readString(file));
            }
        }
        return code.toString();
    }

    @Test
    void aSettingThatDoesNothingBesideAnotherIsAWarning() {
        assertThat(Settings.read(Map.of("RETINUE_RATE_BURST", "10")).warnings())
                .containsExactly("RETINUE_RATE_BURST does nothing without RETINUE_RATE_LIMIT");
        assertThat(Settings.read(Map.of("RETINUE_AUTH", "none", "RETINUE_AUTH_ISSUER", "https://id.example.com"))
                        .warnings())
                .containsExactly("RETINUE_AUTH_ISSUER does nothing while RETINUE_AUTH is none");
        assertThat(Settings.read(Map.of("RETINUE_RATE_BURST", "10", "RETINUE_RATE_LIMIT", "5"))
                        .warnings())
                .isEmpty();
    }
}
