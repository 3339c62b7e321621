package org.retinue.problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.retinue.config.Nearest;

/** Explains why a JSON body can't be read: where it ends being JSON, which field is unknown, which type a value should have. */
final class JsonProblems {

    private static final int MAX_EDITS = 3;

    /** In Jackson's message: where its own details begin, with names of its classes and of the source. */
    private static final Pattern DETAILS = Pattern.compile(" \\(for | \\[Source|, from `|`|\\(code |\\n");

    private static final Pattern VALUE =
            Pattern.compile("(?:coerce|from) [\\w ]*value \\((?!token)(.*?)\\)(?= to |;|$)", Pattern.DOTALL);

    private static final Pattern TOKEN = Pattern.compile("token `JsonToken\\.(\\w+)`");

    private static final Pattern ENUM = Pattern.compile("Enum class: \\[([\\w, -]+)]");

    private JsonProblems() {}

    static Problem of(JsonProcessingException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StreamReadException syntax) {
                return syntax(syntax);
            }
        }
        if (failure instanceof UnrecognizedPropertyException unknown) {
            return unknownField(unknown);
        }
        if (failure instanceof MismatchedInputException mismatch) {
            return mismatch(mismatch);
        }
        if (failure instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            return Problem.malformed(path(mapping), path(mapping) + " has a value that is not allowed");
        }
        return Problem.of(ProblemCode.MALFORMED, "The body is not the JSON that this operation expects");
    }

    private static Problem syntax(StreamReadException failure) {
        String reason = failure instanceof JsonEOFException
                ? "unexpected end"
                : DETAILS.split(failure.getOriginalMessage(), 2)[0].strip();
        JsonLocation location = failure.getLocation();
        String where = location == null || location.getLineNr() < 0
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return Problem.of(ProblemCode.MALFORMED, "The body is not valid JSON" + where + ": " + Quoted.bounded(reason));
    }

    private static Problem unknownField(UnrecognizedPropertyException failure) {
        Collection<Object> ids = failure.getKnownPropertyIds();
        Set<String> known = new TreeSet<>();
        if (ids != null) {
            ids.forEach(id -> known.add(String.valueOf(id)));
        }
        String advice = Nearest.of(failure.getPropertyName(), known, MAX_EDITS)
                .map(near -> "Did you mean " + near + "? ")
                .orElse("");
        return Problem.malformed(
                path(failure),
                "Unknown field " + Quoted.of(failure.getPropertyName()) + ". " + advice + "Known fields: "
                        + String.join(", ", known));
    }

    private static Problem mismatch(MismatchedInputException failure) {
        if (failure.getOriginalMessage().startsWith("Trailing token")) {
            return Problem.of(ProblemCode.MALFORMED, "The body must be one JSON value, and has more after it");
        }
        String field = path(failure);
        String subject = field.isEmpty() ? "The body" : field;
        String detail = failure.getOriginalMessage().startsWith("Missing required")
                ? subject + " is missing"
                : subject + " must be " + expected(failure)
                        + got(failure).map(got -> ", got " + got).orElse("");
        return field.isEmpty() ? Problem.of(ProblemCode.MALFORMED, detail) : Problem.malformed(field, detail);
    }

    private static String expected(MismatchedInputException failure) {
        Class<?> type = failure.getTargetType();
        Matcher constants = ENUM.matcher(failure.getOriginalMessage());
        if (constants.find()) {
            return "one of " + constants.group(1);
        }
        if (type == null) {
            return "another value";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "a boolean";
        }
        if (type == String.class || type.isEnum()) {
            return "a string";
        }
        if (type == Instant.class) {
            return "an instant such as 2026-03-01T12:00:00Z";
        }
        if (Number.class.isAssignableFrom(type) || type == int.class || type == long.class) {
            return "a number";
        }
        return Collection.class.isAssignableFrom(type) || type.isArray() ? "an array" : "an object";
    }

    private static Optional<String> got(MismatchedInputException failure) {
        if (failure instanceof InvalidFormatException format && format.getValue() != null) {
            Object value = format.getValue();
            return Optional.of(
                    value instanceof String text
                            ? '"' + Quoted.bounded(text) + '"'
                            : Quoted.bounded(String.valueOf(value)));
        }
        // the parser is closed by now and has forgotten its token; the message has it
        Matcher value = VALUE.matcher(failure.getOriginalMessage());
        if (value.find()) {
            return Optional.of(Quoted.bounded(value.group(1)));
        }
        Matcher token = TOKEN.matcher(failure.getOriginalMessage());
        return token.find()
                ? Stream.of(JsonToken.values())
                        .filter(known -> known.name().equals(token.group(1)))
                        .findFirst()
                        .map(JsonProblems::name)
                : Optional.empty();
    }

    private static String name(JsonToken token) {
        return switch (token) {
            case START_OBJECT, END_OBJECT, FIELD_NAME -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> token.asString();
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> null;
        };
    }

    private static String path(JsonMappingException failure) {
        return Quoted.bounded(failure.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "["));
    }
}
