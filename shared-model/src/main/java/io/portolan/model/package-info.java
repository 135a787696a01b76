/**
 * The vocabulary of Portolan: ids, metadata, resources, conditions and field checks as records and
 * sealed types. It decides what a valid value is; it must never do I/O, read a clock or know JSON.
 */
@NullMarked
package io.portolan.model;

import org.jspecify.annotations.NullMarked;
