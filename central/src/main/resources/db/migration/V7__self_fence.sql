-- Works that fence themselves are asked for every few seconds by each agent that runs any.
create index work_self_fence on work (cluster, application) where (body -> 'selfFence') is not null;
