using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SumSocket.Server.Tcp;

/// <summary>How connections ended whose peers may ask for it later, over another connection. Only who was given a connection's key can ask:
/// the key is its number with a code that only this server can make. The last 512 ends are remembered.</summary>
// rule O5
internal sealed class EndedConnections
{
    private const int Kept = 512;
    private const int CodeBits = 31; // the number takes the other 32 bits: half of all keys would have to be tried to find one

    private readonly Lazy<byte[]> _secret = new(() => RandomNumberGenerator.GetBytes(32)); // until then OpenSSL is not loaded
    private readonly Dictionary<long, string> _reasons = [];
    private readonly Queue<long> _order = new();
    private readonly Lock _gate = new();

    /// <summary>The key of the connection with this number, at least 1.</summary>
    public long KeyOf(long id)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)id);
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret.Value, number, code);
        return (long)((ulong)(uint)id << CodeBits | BinaryPrimitives.ReadUInt32LittleEndian(code) >> 1);
    }

    /// <summary>Remembers an end.</summary>
    public void Add(long id, string reason)
    {
        long key = KeyOf(id);
        lock (_gate)
        {
            if (_order.Count == Kept)
                _reasons.Remove(_order.Dequeue());
            _order.Enqueue(key);
            _reasons[key] = reason;
        }
    }

    /// <summary>How the connection with this key ended; null when it has not, when that is forgotten, and when there is no such
    /// key.</summary>
    public string? Find(long key)
    {
        lock (_gate)
            return _reasons.GetValueOrDefault(key);
    }
}
