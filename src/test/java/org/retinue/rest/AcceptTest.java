package org.retinue.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an Accept header accepts, by RFC 9110. */
class AcceptTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    application/json                                             | 1
                    APPLICATION/JSON                                             | 1
                    application/*                                                | 1
                    */*                                                          | 1
                    application/json;charset=UTF-8                               | 1
                    application/problem+json                                     | 1
                    application/json, application/problem+json                   | 1
                    text/html, application/json;q=0.5                            | 0.5
                    text/html , application/json ; Q=0.5                         | 0.5
                    text/html, */*;q=0.1                                         | 0.1
                    text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2         | 0.2
                    application/json;q=0.3, application/*;q=0.7, */*             | 0.3
                    */*;q=x                                                      | 1
                    */*;q=                                                       | 1
                    application/json;q=7                                         | 1
                    application/json;q=0                                         | 0
                    application/json;q=0.000, */*                                | 0
                    application/json;q=0, application/problem+json               | 0
                    application/problem+json;q=0                                 | 0
                    text/html                                                    | 0
                    text/csv                                                     | 0
                    image/*                                                      | 0
                    application/xml                                              | 0
                    application/jsonx                                            | 0
                    xapplication/json                                            | 0
                    application/x-json                                           | 0
                    ;                                                            | 1
                    a/b/c                                                        | 1
                    json                                                         | 1
                    ''                                                           | 1
                    """)
    void qualityOfJson(String header, double quality) {
        assertThat(Accept.of(List.of(header)).json()).isEqualTo(quality);
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(Accept.of(List.of("text/html", "application/json;q=0.4")).json())
                .isEqualTo(0.4);
        assertThat(Accept.of(List.of()).json()).isEqualTo(1);
    }
}
