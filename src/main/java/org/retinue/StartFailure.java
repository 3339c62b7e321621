package org.retinue;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.util.ExceptionUtil;

/** Says in one line why the service did not start. */
final class StartFailure {

    private StartFailure() {}

    static String explain(Throwable failure) {
        Throwable cause = ExceptionUtil.getRootCause(failure);
        if (cause instanceof QuarkusBindException taken) {
            return taken.getHost() + ":" + taken.getPort()
                    + " is taken by another process; stop that one, or choose another port with RETINUE_PORT";
        }
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return "did not start: " + cause.getClass().getSimpleName() + ": " + message;
    }
}
