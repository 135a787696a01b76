/**
 * The REST API for people and their programs: parse, limit, identify, validate, commit. It decides
 * whether a wish is well-formed and allowed; it must never decide where something runs.
 */
@NullMarked
package io.portolan.central.api;

import org.jspecify.annotations.NullMarked;
