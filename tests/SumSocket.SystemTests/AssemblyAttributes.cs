// One test at a time: they measure memory, processor time and deadlines of real processes, and a busy machine would measure itself.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
