package org.retinue.limit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.retinue.problem.Expectation;

/** The largest request body of a resource method. A method without this annotation takes no body. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface MaxBody {

    /** As set by {@code RETINUE_LARGEST_BODY_BYTES}. */
    int CONFIGURED = -1;

    /** The resource reads the body as a stream of any length. It has to call {@link Expectation#sendContinue} first. */
    int STREAM = -2;

    /** The number of bytes, or {@link #CONFIGURED} or {@link #STREAM}. */
    int value();
}
