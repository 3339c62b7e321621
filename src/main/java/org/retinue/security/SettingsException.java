package org.retinue.security;

/** A setting with which the service should not start; the message, a line, says which and what it should be. */
public final class SettingsException extends IllegalArgumentException {

    SettingsException(String message) {
        super(message);
    }
}
