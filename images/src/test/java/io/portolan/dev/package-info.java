/** Developer mode without its processes: names, arguments. */
@NullMarked
package io.portolan.dev;

import org.jspecify.annotations.NullMarked;
