@org.jspecify.annotations.NullMarked
package io.portolan.central.whatif;
