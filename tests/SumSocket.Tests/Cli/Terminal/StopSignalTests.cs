using System.Runtime.InteropServices;
using FluentAssertions;
using SumSocket.Cli.Terminal;
using Xunit;

namespace SumSocket.Tests.Cli.Terminal;

/// <summary>Signals to this very process. Handlers of the test's own see to it that one that is missing fails the test and does not end
/// it.</summary>
[Collection(Alone.Name)]
public sealed partial class StopSignalTests
{
    [Theory(Timeout = TestTimeout.Milliseconds)]
    [InlineData(PosixSignal.SIGTERM, 15, false)]
    [InlineData(PosixSignal.SIGHUP, 1, true)]
    public async Task A_signal_requests_a_stop(PosixSignal signal, int number, bool withHangUp)
    {
        if (OperatingSystem.IsWindows())
            return;
        using PosixSignalRegistration guard = PosixSignalRegistration.Create(signal, context => context.Cancel = true);
        using StopSignal stop = new(withHangUp);
        TaskCompletionSource stopped = new();
        using CancellationTokenRegistration registration = stop.Token.Register(stopped.SetResult);

        Kill(Environment.ProcessId, number).Should().Be(0);

        await stopped.Task.WaitAsync(TestTimeout.Span);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
