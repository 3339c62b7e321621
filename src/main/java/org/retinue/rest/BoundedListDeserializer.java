package org.retinue.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.retinue.problem.Problem;

/**
 * Reads a JSON array, and stops at the first element that is invalid or one too many. A body of 10 MiB that is one long
 * array therefore becomes few objects.
 *
 * @param <T> the type of the elements
 */
public abstract class BoundedListDeserializer<T> extends JsonDeserializer<List<T>> {

    private final Class<T> type;
    private final int max;

    protected BoundedListDeserializer(Class<T> type, int max) {
        this.type = type;
        this.max = max;
    }

    /** The problem of a list that is too long. */
    protected abstract Problem tooLong();

    /**
     * Checks an element.
     *
     * @param element may be null
     * @throws Problem if the element is invalid
     */
    protected abstract void check(T element, int index);

    @Override
    @SuppressWarnings("unchecked")
    public final List<T> deserialize(JsonParser json, DeserializationContext context) throws IOException {
        if (!json.isExpectedStartArrayToken()) {
            return (List<T>) context.handleUnexpectedToken(List.class, json);
        }
        List<T> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (list.size() == max) {
                throw tooLong();
            }
            T element = element(json, context, list.size());
            check(element, list.size());
            list.add(element);
        }
        return list;
    }

    private T element(JsonParser json, DeserializationContext context, int index) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        try {
            return context.readValue(json, type);
        } catch (JsonMappingException mismatch) {
            throw JsonMappingException.wrapWithPath(mismatch, List.of(), index);
        }
    }
}
