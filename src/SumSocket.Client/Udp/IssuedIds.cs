using System.Numerics;

namespace SumSocket.Client.Udp;

/// <summary>Gives every request an id of its own and classifies an answer whose id no request waits for. Ids count up, so whether one was
/// issued is a comparison, and the past takes one bit an id. Under the lock.</summary>
/// <remarks>The first id is random, from 62 bits: answers to an earlier client on the port, or forged ones, do not match.</remarks>
internal sealed class IssuedIds
{
    /// <summary>Some seconds of the fastest sending; 64 KiB of bits.</summary>
    public const int Remembered = 512 * 1024;

    private readonly ulong[] _answered = new ulong[Remembered / 64];
    private readonly long _first;
    private long _next;
    private long _lastAnswered; // the latest that got an answer, not the one that got it last

    /// <param name="first">The first id; see <see cref="DrawFirst"/>.</param>
    public IssuedIds(long first) => _first = _next = first;

    /// <summary>Draws the first id of a client from 62 bits; 0 stands for a request that has ended.</summary>
    public static long DrawFirst(Random random) => random.NextInt64(1, 1L << 62);

    /// <summary>An id is used now. Ids count up; one that is skipped was never sent.</summary>
    public void Issue(long id)
    {
        for (; _next <= id; _next++)
            Bit(_next) &= ~Mask(_next); // forgets the older id that had the place
    }

    /// <summary>Its request got its first answer.</summary>
    /// <returns>True when a later request had got one before.</returns>
    public bool MarkAnswered(long id)
    {
        if (IsRemembered(id))
            Bit(id) |= Mask(id);
        bool isReordered = id < _lastAnswered;
        _lastAnswered = Math.Max(_lastAnswered, id);
        return isReordered;
    }

    /// <summary>Classifies an answer with this id that no request waits for. The next one with it is a double of this one.</summary>
    public DatagramCounter ClassifyStray(long id, out bool isReordered)
    {
        isReordered = false;
        if (id < _first || id >= _next)
            return DatagramCounter.Foreign;
        if (IsRemembered(id) && (Bit(id) & Mask(id)) != 0)
            return DatagramCounter.Duplicate;
        isReordered = MarkAnswered(id);
        return DatagramCounter.Late;
    }

    private bool IsRemembered(long id) => _next - id <= Remembered;

    private ref ulong Bit(long id) => ref _answered[(int)(id % Remembered) / 64];

    private static ulong Mask(long id) => BitOperations.RotateLeft(1UL, (int)(id % 64));
}
