package org.retinue.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The URL of the next page is that of this one with another cursor. */
class NextLinkTest {

    @ParameterizedTest
    @CsvSource({
        "http://host/list, http://host/list?cursor=NEXT",
        "http://host/list?, http://host/list?cursor=NEXT",
        "http://host/list?limit=20, http://host/list?limit=20&cursor=NEXT",
        "http://host/list?cursor=THIS, http://host/list?cursor=NEXT",
        "http://host/list?cursor=THIS&limit=20&order=oldest, http://host/list?limit=20&order=oldest&cursor=NEXT",
        "http://host/list?from=2026-03-01T00:00:00%2B01:00&cursor=a&cursor=b,"
                + " http://host/list?from=2026-03-01T00:00:00%2B01:00&cursor=NEXT",
    })
    void theCursorIsReplacedAndEverythingElseStays(String url, String next) {
        assertThat(NextLink.withCursor(url, "NEXT")).isEqualTo(next);
    }
}
