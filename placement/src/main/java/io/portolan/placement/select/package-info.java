/**
 * Which of the clusters that fit are taken. Decides over groups and counts; never asks why a
 * cluster fits.
 */
@NullMarked
package io.portolan.placement.select;

import org.jspecify.annotations.NullMarked;
