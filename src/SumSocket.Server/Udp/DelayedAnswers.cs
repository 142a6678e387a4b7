namespace SumSocket.Server.Udp;

/// <summary>Answers over UDP that are held back. They are few, since each is memory that any sender can claim, and a sender may be
/// forged.</summary>
/// <param name="most">How many there may be.</param>
/// <param name="time">The clock.</param>
// rule O6
internal sealed class DelayedAnswers(int most, TimeProvider time) : IDisposable
{
    private readonly DelayQueue<Answer> _queue = new(time, static answer => answer.Send());

    /// <summary>How many there are.</summary>
    public int Count => _queue.Count;

    /// <summary>Holds an answer back; false when there are as many as there may be.</summary>
    public bool TryAdd(DatagramLoop loop, DatagramOrigin peer, ReadOnlySpan<byte> answer, int milliseconds)
    {
        if (_queue.Count >= most)
            return false;
        _queue.Add(new Answer(loop, peer.Copy(), answer.ToArray()), milliseconds);
        return true;
    }

    /// <summary>Sends all of them.</summary>
    public void Dispose() => _queue.Dispose();

    private sealed class Answer(DatagramLoop loop, DatagramOrigin peer, byte[] bytes) : Delayed
    {
        public void Send() => loop.SendDelayed(bytes, peer);
    }
}
