package org.retinue;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;

/**
 * Makes every test of the service one of its native executable too: the mapper refuses types of ours that an executable
 * would know nothing of.
 */
@Singleton
final class JsonGuard implements ObjectMapperCustomizer {

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new SimpleModule("guard")
                .setSerializerModifier(new BeanSerializerModifier() {
                    @Override
                    public JsonSerializer<?> modifySerializer(
                            SerializationConfig config, BeanDescription type, JsonSerializer<?> serializer) {
                        requireRegistered(type.getBeanClass());
                        return serializer;
                    }
                })
                .setDeserializerModifier(new BeanDeserializerModifier() {
                    @Override
                    public JsonDeserializer<?> modifyDeserializer(
                            DeserializationConfig config, BeanDescription type, JsonDeserializer<?> deserializer) {
                        requireRegistered(type.getBeanClass());
                        return deserializer;
                    }
                }));
    }

    private static void requireRegistered(Class<?> type) {
        if (type.getPackageName().startsWith("org.retinue") && !isRegistered(type)) {
            throw new AssertionError(type + " is read or written as JSON, and lacks @RegisterForReflection");
        }
    }

    /** The annotation covers nested types too. */
    static boolean isRegistered(Class<?> type) {
        for (Class<?> annotated = type; annotated != null; annotated = annotated.getEnclosingClass()) {
            if (annotated.isAnnotationPresent(RegisterForReflection.class)) {
                return true;
            }
        }
        return false;
    }
}
