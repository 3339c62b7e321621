package org.retinue.database;

import static java.lang.annotation.ElementType.FIELD;
import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.inject.Qualifier;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * The pool of connections for what may keep one for long: transactions of several statements, walks, exports. However many
 * of them there are, the other pool, of what is asked all the time and done in a moment, is not touched. A connection is taken
 * of it also for a single statement: see {@link PoolSettings#create}. Each kind of work has its part of it: see
 * {@link WorkShares}.
 */
@Qualifier
@Retention(RUNTIME)
@Target({FIELD, METHOD, PARAMETER})
public @interface Slow {}
