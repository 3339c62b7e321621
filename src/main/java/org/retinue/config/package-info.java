/** The settings of the service: which there are, what they default to, and what is wrong with those that are given. */
package org.retinue.config;
