package org.retinue.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.retinue.audit.Place.Table;

/** The stored position of the audit in the background. */
class PlaceTest {

    /** Replicas of both versions share the row while one replaces the other. */
    @Test
    void storedFormatIsThatOfEarlierVersions() {
        Place place = new Place(Table.FOLLOWERS, 7, Instant.parse("2026-03-01T12:00:00Z"), 9);

        assertThat(place.stored()).isEqualTo("AAAAAAAAAAIAAAAAAAAABwAGS_U1rxAAAAAAAAAAAAkwZJYK");
        assertThat(Place.restored(place.stored())).isEqualTo(place);
        assertThat(Place.restored(null)).isEqualTo(Place.BEGINNING);
    }
}
