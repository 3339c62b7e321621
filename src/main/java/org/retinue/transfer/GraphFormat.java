package org.retinue.transfer;

import java.util.Locale;
import org.retinue.problem.Problem;
import org.retinue.problem.ProblemCode;

/** How a graph is written in lines. */
enum GraphFormat {
    /** {@code follower followed}, separated by white space, a comma or a semicolon; {@code #} and {@code %} begin comments. */
    TEXT,
    /** CSV with a header, or columns that the caller names. */
    CSV,
    /** A JSON object a line. */
    NDJSON;

    /**
     * What a Content-Type says of the lines; null when it says nothing, and the first line must tell.
     *
     * @throws Problem {@code unsupported-media-type}
     */
    static GraphFormat ofContentType(String contentType) {
        if (contentType == null) {
            return null;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "text/csv" -> CSV;
            case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines" -> NDJSON;
            case "text/plain",
                    "text/tab-separated-values",
                    "application/octet-stream",
                    "application/gzip",
                    "application/x-gzip",
                    // what curl calls any body, unless told otherwise
                    "application/x-www-form-urlencoded",
                    "" -> null;
            default ->
                throw Problem.of(
                        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                        "An import is text/plain, text/csv or application/x-ndjson, as it is or as gzip");
        };
    }
}
