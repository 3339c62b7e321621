package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vertx.mutiny.sqlclient.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.retinue.TestDatabase;

/** The step that spreads the tables over a cluster knows all of them, and says what it lacks. */
class DistributeTest {

    private static final String STEP = "/db/migration/R__distribute.sql";

    /** A row of the step's list: place, table, and the column by which it is spread. */
    private static final Pattern ROW = Pattern.compile("\\(\\d+, '(\\w+)', (?:'\\w+'|null)\\)");

    @Test
    void everyTableIsInItsList() throws IOException {
        Set<String> tables = names("select tablename from pg_tables where schemaname = 'public'"
                + " and tablename not in ('flyway_schema_history', 'citus_tables')");

        assertThat(listed()).isEqualTo(tables).contains("follows");
    }

    @Test
    void onAClusterEveryTableIsSpread() throws IOException {
        assumeThat(TestDatabase.isDistributed()).as("on a cluster").isTrue();

        assertThat(names("select logicalrelid::text from pg_dist_partition")).containsAll(listed());
    }

    @Test
    void withoutCitusItSaysSoInOneLineAndNothingIsKept() {
        assumeThat(TestDatabase.isDistributed()).as("on a cluster").isFalse();
        String schema = "retinue_distributed";

        assertThatThrownBy(() -> Flyway.configure()
                        .dataSource(
                                System.getProperty("quarkus.datasource.jdbc.url"),
                                System.getProperty("quarkus.datasource.username"),
                                System.getProperty("quarkus.datasource.password"))
                        .schemas(schema)
                        .placeholders(Map.of("distributed", "citus"))
                        .load()
                        .migrate())
                .rootCause()
                .satisfies(cause -> assertThat(cause.getMessage().lines().findFirst())
                        .get()
                        .asString()
                        .contains("RETINUE_DATABASE_DISTRIBUTED is citus, but this database has no Citus"));

        assertThat(names("select description from " + schema + ".flyway_schema_history where success"))
                .doesNotContain("distribute");
        TestDatabase.sql("drop schema " + schema + " cascade");
    }

    private static Set<String> listed() throws IOException {
        try (var step = DistributeTest.class.getResourceAsStream(STEP)) {
            return ROW.matcher(new String(step.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .map(row -> row.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> names(String query) {
        Set<String> names = new TreeSet<>();
        for (Row row : TestDatabase.sql(query)) {
            names.add(row.getString(0));
        }
        return names;
    }
}
