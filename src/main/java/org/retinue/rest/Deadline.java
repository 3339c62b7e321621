package org.retinue.rest;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.time.Duration;
import org.retinue.problem.Problem;

/** Holds to it what is {@link InTime}. */
@InTime
@Interceptor
@Priority(Interceptor.Priority.APPLICATION)
class Deadline {

    /** As {@link org.retinue.coalesce.Limits#USUAL} has it. */
    static final int SECONDS = 10;

    @AroundInvoke
    Object hold(InvocationContext call) throws Exception {
        return goingOn((Uni<?>) call.proceed())
                .ifNoItem()
                .after(Duration.ofSeconds(SECONDS))
                .failWith(Problem::timedOut);
    }

    /** What is under way is never called off: it would not give its connection back. */
    private static <T> Uni<T> goingOn(Uni<T> answer) {
        return Uni.createFrom().emitter(caller -> answer.subscribe().with(caller::complete, caller::fail));
    }
}
