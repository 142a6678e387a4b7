using Xunit;

namespace SumSocket.Tests;

/// <summary>Tests that measure the whole process and so must not run beside others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
