package org.retinue.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** The scripts that make the schema, as Flyway's history of a database that has had all of them shows them. */
final class Migrations {

    /** Every script there is: SchemaTest compares. */
    static final List<String> SCRIPTS = List.of(
            "V1__follow_graph.sql",
            "V2__suspended.sql",
            "V3__blocks_and_mutes.sql",
            "V4__suspensions.sql",
            "V5__erasures_and_audits.sql",
            "V6__names_and_counts.sql",
            "V7__import_columns.sql",
            "R__distribute.sql");

    private static final Pattern VERSIONED = Pattern.compile("V([0-9]{1,9})__");

    private static final String FOLDER = "db/migration/";

    private Migrations() {}

    /**
     * Whether what was run is what there is here, or that and what a later version has. A script that is run again
     * whenever it changes is then that version's.
     *
     * @param run the checksum of each script that was run, by its name
     */
    static boolean suits(Map<String, Integer> run, String distributed) {
        Map<String, Integer> ours = checksums(distributed);
        if (run.equals(ours)) {
            return true;
        }
        ours.keySet().removeIf(script -> version(script) == 0);
        int newest = ours.keySet().stream().mapToInt(Migrations::version).max().orElseThrow();
        return run.entrySet().containsAll(ours.entrySet())
                && run.keySet().stream()
                        .filter(script -> !ours.containsKey(script))
                        .allMatch(script -> version(script) == 0 || version(script) > newest)
                && run.keySet().stream().anyMatch(script -> version(script) > newest);
    }

    /** Of {@code V7__what_it_does.sql}, 7; 0 of one without. */
    private static int version(String script) {
        Matcher versioned = VERSIONED.matcher(script);
        return versioned.lookingAt() ? Integer.parseInt(versioned.group(1)) : 0;
    }

    /**
     * The checksum of each script, by its name.
     *
     * @param distributed the value of {@code RETINUE_DATABASE_DISTRIBUTED}, which is a part of what is run
     */
    static Map<String, Integer> checksums(String distributed) {
        Map<String, Integer> checksums = new HashMap<>();
        SCRIPTS.forEach(script -> checksums.put(script, checksum(script, distributed)));
        return checksums;
    }

    /** As Flyway's ChecksumCalculator has it: of the lines, without what ends them. */
    private static int checksum(String script, String distributed) {
        CRC32 sum = new CRC32();
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(FOLDER + script);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                // Of a script that is run once, the checksum is of what stands in the file.
                String run = script.startsWith("R__") ? line.replace("${distributed}", distributed) : line;
                sum.update(run.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return (int) sum.getValue();
    }
}
