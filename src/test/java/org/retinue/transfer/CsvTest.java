package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is quoted is read back, whatever is in it. */
class CsvTest {

    @Property(tries = 500)
    void fieldsSurviveTheRoundTrip(@ForAll("fields") List<String> fields) {
        String line = fields.stream().map(Csv::quote).collect(Collectors.joining(","));
        assertThat(Csv.split(line, ',')).isEqualTo(fields);
    }

    @Example
    void fieldsAreSplitAsTheRuleHasIt() {
        assertThat(Csv.split("a,b,c", ',')).containsExactly("a", "b", "c");
        assertThat(Csv.split("a,,", ',')).containsExactly("a", "", "");
        assertThat(Csv.split("", ',')).containsExactly("");
        assertThat(Csv.split(" a , b ", ',')).containsExactly("a", "b");
        assertThat(Csv.split("\"a,b\",\"say \"\"hi\"\"\",\"\"", ',')).containsExactly("a,b", "say \"hi\"", "");
        assertThat(Csv.split("\" a \",b", ',')).containsExactly(" a ", "b");
    }

    @Example
    void otherSeparatorsSplitToo() {
        assertThat(Csv.split("a,b;\"c;d\";", ';')).containsExactly("a,b", "c;d", "");
        assertThat(Csv.split("\ta\tb c", '\t')).containsExactly("", "a", "b c");
    }

    @Example
    void aQuotedFieldThatDoesNotEndIsNone() {
        assertThat(Csv.split("a,\"b", ',')).isNull();
        assertThat(Csv.split("\"a\"b,c", ',')).isNull();
        assertThat(Csv.split("\"a\"\"", ',')).isNull();
    }

    @Provide
    Arbitrary<List<String>> fields() {
        return Arbitraries.strings()
                .withChars("ab ,;\t\"'\u00e9\u4e2d#")
                .ofMaxLength(12)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }
}
