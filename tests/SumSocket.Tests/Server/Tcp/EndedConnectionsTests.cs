using FluentAssertions;
using SumSocket.Server.Tcp;
using Xunit;

namespace SumSocket.Tests.Server.Tcp;

/// <summary>Only the client that had a connection can ask how it ended.</summary>
public sealed class EndedConnectionsTests
{
    private const long Code = (1L << 31) - 1;

    private readonly EndedConnections _ended = new();

    [Fact]
    public void Each_key_has_a_code_of_its_own_that_no_other_server_makes()
    {
        long[] codes = [.. Enumerable.Range(1, 100).Select(id => _ended.KeyOf(id) & Code)];

        codes.Distinct().Should().HaveCountGreaterThan(98);
        _ended.KeyOf(7).Should().Be(_ended.KeyOf(7));
        (_ended.KeyOf(7) >> 31).Should().Be(7);
        new EndedConnections().KeyOf(7).Should().NotBe(_ended.KeyOf(7));
    }

    [Fact]
    public void The_last_512_are_remembered()
    {
        for (int id = 1; id <= 513; id++)
            _ended.Add(id, $"reason {id}");

        _ended.Find(_ended.KeyOf(1)).Should().BeNull();
        _ended.Find(_ended.KeyOf(2)).Should().Be("reason 2");
        _ended.Find(_ended.KeyOf(513)).Should().Be("reason 513");
        _ended.Find(_ended.KeyOf(513) ^ 1).Should().BeNull("the code is wrong");
    }
}
