package org.retinue.transfer;

import java.util.List;
import java.util.Locale;

/**
 * Where a CSV file has what, by its header. A row without {@code followed} is a user.
 *
 * @param follower the column of that name; so with the others, -1 when there is none
 */
record CsvColumns(int follower, int followed, int since, int state, int displayName, int isPrivate) {

    /** The header of an export, and every column that an import knows. */
    static final String HEADER = "follower,followed,since,state,displayName,private";

    /** Whether a line can be a header: it names the two ends of a follow. */
    static boolean isHeader(String line) {
        return of(line) != null;
    }

    /** The columns of a header; null if it is none. */
    static CsvColumns of(String line) {
        List<String> fields = Csv.split(line);
        if (fields == null) {
            return null;
        }
        List<String> names = fields.stream()
                .map(name -> name.toLowerCase(Locale.ROOT).replace("_", ""))
                .toList();
        CsvColumns columns = new CsvColumns(
                names.indexOf("follower"),
                names.indexOf("followed"),
                names.indexOf("since"),
                names.indexOf("state"),
                names.indexOf("displayname"),
                names.indexOf("private"));
        return columns.follower < 0 || columns.followed < 0 ? null : columns;
    }

    /** A row in the shape that all formats share; empty fields are null. */
    static String field(List<String> row, int column) {
        return column < 0 || column >= row.size() || row.get(column).isEmpty() ? null : row.get(column);
    }
}
