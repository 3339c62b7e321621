package org.retinue.transfer;

/** The input is no edge list, or does not say which user of a line follows the other. Nothing of it is imported. */
final class UnrecognizedInputException extends RuntimeException {

    UnrecognizedInputException(String message) {
        // An answer, not a fault of the program: no stack trace to fill in.
        super(message, null, false, false);
    }
}
