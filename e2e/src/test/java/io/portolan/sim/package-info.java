/**
 * All of Portolan in one thread: central's reconcilers and executor, agent cores and clusters in
 * memory, under one seed that decides every latency, lost answer and crash. It may know central and
 * the agent from inside; the end-to-end tests beside it may not.
 */
package io.portolan.sim;
