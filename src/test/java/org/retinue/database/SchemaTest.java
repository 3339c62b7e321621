package org.retinue.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.retinue.TestDatabase;

/** A start leaves Flyway alone when its history is that of this version, and else never. */
class SchemaTest {

    private static final String SCHEMA = "retinue_history";
    private static final String DISTRIBUTED = TestDatabase.isDistributed() ? "citus" : "none";

    private static final String LATER =
            "insert into flyway_schema_history select 99, '99', description, type, 'V99__later.sql', checksum, installed_by,"
                    + " installed_on, execution_time, success from flyway_schema_history where version = '1'";

    private final Vertx vertx = Vertx.vertx();
    private Pool copy;

    @BeforeEach
    void copyHistory() {
        TestDatabase.sql("drop schema if exists " + SCHEMA + " cascade");
        TestDatabase.sql("create schema " + SCHEMA);
        TestDatabase.sql("create table " + SCHEMA + ".flyway_schema_history as select * from flyway_schema_history");
        copy = PgBuilder.pool()
                .connectingTo(TestDatabase.connection().addProperty("search_path", SCHEMA))
                .with(new PoolOptions().setMaxSize(1))
                .using(vertx)
                .build();
    }

    @AfterEach
    void dropIt() {
        copy.close().await().indefinitely();
        vertx.close().await().indefinitely();
        TestDatabase.sql("drop schema " + SCHEMA + " cascade");
    }

    @Test
    void everyScriptIsListed() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
            assertThat(Migrations.SCRIPTS)
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void whatFlywayHasMadeIsComplete() {
        assertThat(Schema.isComplete(TestDatabase.pool(), DISTRIBUTED)).isTrue();
        assertThat(Schema.isComplete(copy, DISTRIBUTED)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // as Quarkus has Flyway name them
                "update flyway_schema_history set script = 'db/migration/' || script",
                // of another setting, before this one
                "insert into flyway_schema_history select 0, version, description, type, script, 1, installed_by, installed_on,"
                        + " execution_time, success from flyway_schema_history where script like '%R__distribute.sql'"
            })
    void whatIsTheSameIsCompleteToo(String change) {
        copy.query(change).execute().await().indefinitely();

        assertThat(Schema.isComplete(copy, DISTRIBUTED)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table flyway_schema_history",
                "delete from flyway_schema_history",
                "delete from flyway_schema_history where version = '5'",
                "delete from flyway_schema_history where version is null",
                "update flyway_schema_history set checksum = checksum + 1 where version = '2'",
                "update flyway_schema_history set checksum = null where version = '2'",
                "update flyway_schema_history set success = false where version = '3'",
                // nobody's
                "insert into flyway_schema_history select 99, '3.5', description, type, 'V3.5__odd.sql', checksum, installed_by,"
                        + " installed_on, execution_time, success from flyway_schema_history where version = '1'",
                // another setting's
                "insert into flyway_schema_history select 99, version, description, type, script, 1, installed_by, installed_on,"
                        + " execution_time, success from flyway_schema_history where script like '%R__distribute.sql'"
            })
    void anyOtherIsForFlywayToLookAt(String change) {
        copy.query(change).execute().await().indefinitely();

        assertThat(Schema.isComplete(copy, DISTRIBUTED)).isFalse();
    }

    /** As while a new version is rolled out, or after it was rolled back. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "; update flyway_schema_history set checksum = 1 where script like '%R__distribute.sql'"})
    void whatALaterVersionHasMadeOfItSuitsThisOne(String andChanged) {
        copy.query(LATER + andChanged).execute().await().indefinitely();

        assertThat(Schema.isComplete(copy, DISTRIBUTED)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from flyway_schema_history where version = '5'",
                "update flyway_schema_history set checksum = 1 where version = '5'",
                "update flyway_schema_history set success = false where version = '99'"
            })
    void butNotIfItLacksWhatThisOneHasOrFailed(String change) {
        copy.query(LATER + "; " + change).execute().await().indefinitely();

        assertThat(Schema.isComplete(copy, DISTRIBUTED)).isFalse();
    }

    @Test
    void withAnotherSettingItIsNot() {
        assertThat(Schema.isComplete(copy, "another")).isFalse();
    }
}
