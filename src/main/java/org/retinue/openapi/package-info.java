/** Completes the OpenAPI document, so that generated clients are correct. */
package org.retinue.openapi;
