package org.retinue.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.retinue.problem.ProblemBody;

/**
 * The Accept header of a request (RFC 9110, section 12.5.1). Parts that are no media range are ignored, such as the
 * {@code *} that Java's HttpURLConnection sends. A header without any media range accepts everything, as an absent one does.
 */
public final class Accept {

    private static final String JSON = "application/json";

    private static final Pattern RANGE =
            Pattern.compile("\\s*([\\w!#$%&'+.^`|~*-]+)/([\\w!#$%&'+.^`|~*-]+)\\s*(?:;(.*))?", Pattern.DOTALL);
    private static final Pattern QUALITY = Pattern.compile("(?i)(?:^|;)\\s*q\\s*=\\s*(\\d?(?:\\.\\d*)?)\\s*(?:;|$)");

    private final List<Range> ranges;

    private record Range(String type, String subtype, double quality) {

        /** How exactly it names a media type: 0 for not at all. */
        private int specificity(String mediaType) {
            if (type.equals("*")) {
                return 1;
            }
            if (!mediaType.startsWith(type + "/")) {
                return 0;
            }
            return subtype.equals("*")
                    ? 2
                    : mediaType.length() == type.length() + 1 + subtype.length() && mediaType.endsWith(subtype) ? 3 : 0;
        }
    }

    private Accept(List<Range> ranges) {
        this.ranges = ranges;
    }

    /** Reads the values of all Accept headers of a request. */
    public static Accept of(List<String> values) {
        List<Range> ranges = new ArrayList<>();
        for (String value : values) {
            for (String part : value.split(",", -1)) {
                Matcher range = RANGE.matcher(part);
                if (range.matches()) {
                    ranges.add(new Range(
                            range.group(1).toLowerCase(Locale.ROOT),
                            range.group(2).toLowerCase(Locale.ROOT),
                            quality(range.group(3))));
                }
            }
        }
        return new Accept(ranges);
    }

    /** One that can't be read is 1, as an absent one is. */
    private static double quality(String parameters) {
        Matcher quality = QUALITY.matcher(parameters == null ? "" : parameters);
        if (!quality.find() || quality.group(1).isEmpty() || quality.group(1).equals(".")) {
            return 1;
        }
        return Math.min(1, Double.parseDouble(quality.group(1)));
    }

    /** The quality of a media type from 0, not acceptable, to 1: that of the range that names it most exactly. */
    public double quality(String mediaType, double unnamed) {
        int best = 0;
        double quality = ranges.isEmpty() ? 1 : unnamed;
        for (Range range : ranges) {
            int specificity = range.specificity(mediaType);
            if (specificity > best) {
                best = specificity;
                quality = range.quality();
            }
        }
        return quality;
    }

    /**
     * The quality of a successful JSON response. A caller that accepts nothing but problems gets it too: generated clients
     * list the media types of the responses with a body, which are problems alone where success has none.
     */
    public double json() {
        return quality(JSON, quality(ProblemBody.MEDIA_TYPE, 0));
    }
}
