package org.retinue.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.FieldInfo;
import org.jboss.jandex.IndexView;

/**
 * Sets {@code required} and nullable on the schemas of records. A component marked {@code @Schema(nullable = true)} is absent
 * from the JSON instead of null if {@link JsonInclude} says so, and a request can leave it out. Every other component is always
 * present.
 */
final class RecordSchemas {

    private static final DotName SCHEMA =
            DotName.createSimple(org.eclipse.microprofile.openapi.annotations.media.Schema.class);
    private static final DotName JSON_INCLUDE = DotName.createSimple(JsonInclude.class);
    private static final DotName JSON_PROPERTY = DotName.createSimple(JsonProperty.class);
    private static final String REFERENCE = "#/components/schemas/";

    /** Types that the framework describes as components. As part of the property, they can be nullable. */
    private static final Map<DotName, String> FORMATS = Map.of(
            DotName.createSimple(Instant.class), "date-time",
            DotName.createSimple(UUID.class), "uuid");

    private RecordSchemas() {}

    static void complete(OpenAPI document, IndexView index) {
        Map<String, Schema> schemas = document.getComponents().getSchemas();
        Set<String> requests = requests(document);
        for (AnnotationInstance annotation : index.getAnnotations(SCHEMA)) {
            if (annotation.target().kind() == AnnotationTarget.Kind.CLASS
                    && annotation.target().asClass().isRecord()) {
                ClassInfo type = annotation.target().asClass();
                String name = Optional.ofNullable(annotation.value("name"))
                        .map(AnnotationValue::asString)
                        .orElse(type.simpleName());
                if (schemas.containsKey(name)) {
                    complete(schemas.get(name), type, requests.contains(name));
                }
            }
        }
        FORMATS.keySet().forEach(type -> document.getComponents().removeSchema(type.withoutPackagePrefix()));
    }

    private static void complete(Schema schema, ClassInfo type, boolean isRequest) {
        List<String> required = new ArrayList<>();
        for (FieldInfo field : type.fieldsInDeclarationOrder()) {
            String name = jsonName(field);
            Schema property = schema.getProperties() == null
                    ? null
                    : schema.getProperties().get(name);
            if (property == null) {
                continue;
            }
            String format = FORMATS.get(field.type().name());
            if (format != null) {
                property.setRef(null);
                property.setAnyOf(null);
                property.setType(List.of(SchemaType.STRING));
                property.setFormat(format);
            }
            boolean isNullable = isNullable(field);
            boolean isAbsent =
                    isNullable && (field.hasAnnotation(JSON_INCLUDE) || type.hasDeclaredAnnotation(JSON_INCLUDE));
            if (isNullable && property.getType() == null) {
                if (isAbsent) {
                    removeNull(property);
                }
            } else if (isNullable) {
                List<SchemaType> types = new ArrayList<>(property.getType());
                types.remove(SchemaType.NULL);
                if (!isAbsent) {
                    types.add(SchemaType.NULL);
                }
                property.setType(types);
            }
            if (!isAbsent && !(isRequest && isNullable)) {
                required.add(name);
            }
        }
        schema.setRequired(required.isEmpty() ? null : required);
    }

    /** Turns a choice between another schema and null into a reference to the schema. */
    private static void removeNull(Schema property) {
        List<Schema> choice = property.getAnyOf() == null ? List.of() : property.getAnyOf();
        choice.stream().filter(schema -> schema.getRef() != null).findFirst().ifPresent(schema -> {
            property.setAnyOf(null);
            property.setRef(schema.getRef());
        });
    }

    private static boolean isNullable(FieldInfo field) {
        AnnotationInstance schema = field.annotation(SCHEMA);
        return schema != null
                && schema.value("nullable") != null
                && schema.value("nullable").asBoolean();
    }

    private static String jsonName(FieldInfo field) {
        AnnotationInstance property = field.annotation(JSON_PROPERTY);
        return property == null
                        || property.value() == null
                        || property.value().asString().isEmpty()
                ? field.name()
                : property.value().asString();
    }

    /** The names of the schemas in bodies of requests. */
    private static Set<String> requests(OpenAPI document) {
        Set<String> names = new HashSet<>();
        document.getPaths().getPathItems().values().stream()
                .flatMap(item -> item.getOperations().values().stream())
                .filter(operation -> operation.getRequestBody() != null)
                .flatMap(operation -> operation.getRequestBody().getContent().getMediaTypes().values().stream())
                .forEach(content ->
                        collect(content.getSchema(), document.getComponents().getSchemas(), names));
        return names;
    }

    private static void collect(Schema schema, Map<String, Schema> schemas, Set<String> names) {
        if (schema == null) {
            return;
        }
        if (schema.getRef() != null) {
            String name = schema.getRef().substring(REFERENCE.length());
            if (names.add(name)) {
                collect(schemas.get(name), schemas, names);
            }
        }
        collect(schema.getItems(), schemas, names);
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(property -> collect(property, schemas, names));
        }
    }
}
