using System.Threading.Channels;
using SumSocket.Client;

namespace SumSocket.Tests.Client;

/// <summary>Keeps what is reported to it, call by call, and then does what a test says.</summary>
internal sealed class RecordingObserver(Action<SumCompletion[]>? then = null) : ISumObserver
{
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private int _inside;

    /// <summary>Whether a call began before the last had ended.</summary>
    public bool WasEnteredTwice { get; private set; }

    public void OnCompleted(ReadOnlySpan<SumCompletion> sums, long timestamp)
    {
        WasEnteredTwice |= Interlocked.Increment(ref _inside) != 1;
        try
        {
            SumCompletion[] copy = sums.ToArray();
            _calls.Writer.TryWrite(new Call(copy, timestamp, Environment.CurrentManagedThreadId));
            then?.Invoke(copy);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    /// <summary>The next call.</summary>
    public async Task<Call> NextCallAsync() => await _calls.Reader.ReadAsync();

    /// <summary>What is reported next, in one call or in several.</summary>
    public async Task<List<SumCompletion>> NextAsync(int count)
    {
        List<SumCompletion> ended = [];
        while (ended.Count < count)
            ended.AddRange((await NextCallAsync()).Sums);
        return ended;
    }

    /// <summary>Whether there is a call that was not looked at.</summary>
    public bool HasCall => _calls.Reader.TryPeek(out _);

    internal sealed record Call(SumCompletion[] Sums, long Timestamp, int Thread);
}
