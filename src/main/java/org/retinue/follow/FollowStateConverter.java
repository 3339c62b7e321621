package org.retinue.follow;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** Reads and writes the labels of the type follow_state. */
@Converter
public class FollowStateConverter implements AttributeConverter<FollowState, String> {

    @Override
    public String convertToDatabaseColumn(FollowState state) {
        return state.label();
    }

    @Override
    public FollowState convertToEntityAttribute(String label) {
        return FollowState.of(label);
    }
}
