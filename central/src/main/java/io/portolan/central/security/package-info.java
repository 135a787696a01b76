/**
 * Who is asking: bearer tokens turned into typed principals. It decides identity only; what an
 * identity may reach is for the route that holds the typed principal. It must never log or store a
 * secret, only its digest.
 */
@NullMarked
package io.portolan.central.security;

import org.jspecify.annotations.NullMarked;
