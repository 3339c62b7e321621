package org.retinue.rest;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Whoever calls is answered in time: with 504 and {@code timed-out} after {@value Deadline#SECONDS} s, however long what was
 * asked still takes. For what has no such deadline of its own, as what goes through a coalescer has.
 */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface InTime {}
