/**
 * Builds the container images of central and agent as tar files, from nothing but the packaged
 * modules, the JDK that runs the build and the machine's C library. Must never need a container
 * engine, a registry or the network, and the same input gives the same digest.
 */
@NullMarked
package io.portolan.images;

import org.jspecify.annotations.NullMarked;
