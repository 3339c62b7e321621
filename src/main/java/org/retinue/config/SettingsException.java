package org.retinue.config;

/** A setting with which the service should not start; the message, a line, says which and what it should be. */
public final class SettingsException extends IllegalArgumentException {

    /** With what to tell the operator. */
    public SettingsException(String message) {
        super(message);
    }
}
