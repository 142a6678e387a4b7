using SumSocket.Protocol.FastPath;

namespace SumSocket.Protocol;

/// <summary>What a decoder made of the bytes it was given.</summary>
public enum DecodeStatus : byte
{
    /// <summary>Every byte was taken and no message has ended: call again with the bytes that follow.</summary>
    NeedMore,

    /// <summary>A message was decoded.</summary>
    Message,

    /// <summary>A message ended that breaks a rule about its members. The stream goes on behind it.</summary>
    Rejected,

    /// <summary>The stream cannot be followed any further. The decoder must not be used again.</summary>
    Broken,
}

/// <summary>Cuts a stream of bytes into requests. A decoder gets each byte of one stream once, in order.</summary>
/// <remarks>A mutable struct, so that a connection holds it without a second object: keep it in a field, never copy it.</remarks>
public struct RequestDecoder
{
    private JsonScanner _scanner;
    private Members _found;
    private Members _twice;
    private Members _notInteger;
    private Members _outOfRange;
    private long _a;
    private long _b;
    private long _id;
    private RequestProbe _probe;
    private bool _hasProbe;

    [Flags]
    private enum Members : byte { None = 0, A = 1, B = 2, Id = 4, Delay = 8 }

    /// <summary>True inside a message: the end of the stream would truncate it.</summary>
    public readonly bool IsInsideMessage => _scanner.IsInsideMessage;

    /// <summary>What was wrong, after <see cref="DecodeStatus.Rejected"/> or <see cref="DecodeStatus.Broken"/>.</summary>
    public ProtocolError Error { get; private set; }

    /// <summary>What the last message asks for beside the sum; null for nothing.</summary>
    public readonly RequestProbe? Probe => _hasProbe ? _probe : null;

    /// <summary>Takes bytes up to the end of the next message.</summary>
    /// <param name="input">The bytes that follow those already taken.</param>
    /// <param name="consumed">How many of them were taken: all with <see cref="DecodeStatus.NeedMore"/>.</param>
    /// <param name="request">The request, with <see cref="DecodeStatus.Message"/>.</param>
    /// <returns>What was found. <see cref="Error"/> gives the reason when it is no request.</returns>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, out int consumed, out Request request)
    {
        if (!_scanner.IsInsideMessage)
        {
            int start = JsonScanner.CountWhiteSpace(input);
            int length = CanonicalRequest.Read(input[start..], out request);
            if (length > 0)
            {
                consumed = start + length;
                _hasProbe = false;
                return DecodeStatus.Message;
            }
        }

        return DecodeAnyShape(input, out consumed, out request);
    }

    /// <summary>The error <paramref name="code"/> for a message that stops here, with the Id read so far.</summary>
    public readonly ProtocolError Interrupt(ErrorCode code) => new(code, Member.Other, IsInsideMessage ? ReadableId : null);

    /// <summary>The Id, when it was read completely and is valid.</summary>
    private readonly long? ReadableId =>
        (_found & Members.Id) != 0 && ((_twice | _notInteger | _outOfRange) & Members.Id) == 0 ? _id : null;

    /// <summary>The strict path for every shape, in one piece or in many.</summary>
    internal DecodeStatus DecodeAnyShape(ReadOnlySpan<byte> input, out int consumed, out Request request)
    {
        request = default;
        consumed = 0;
        if (!_scanner.IsInsideMessage)
        {
            _found = _twice = _notInteger = _outOfRange = Members.None;
            (_probe, _hasProbe) = (default, false);
        }

        while (true)
        {
            switch (_scanner.Read(input, ref consumed))
            {
                case ScanStep.NeedMore:
                    return DecodeStatus.NeedMore;
                case ScanStep.Member:
                    Take();
                    continue;
                case ScanStep.End:
                    return Finish(out request);
                case ScanStep.TooDeep:
                    return Break(ErrorCode.TooDeep);
                case ScanStep.TooLong:
                    return Break(ErrorCode.MessageTooLong);
                default:
                    return Break(ErrorCode.InvalidJson);
            }
        }
    }

    // rule E4, rule E9
    private DecodeStatus Break(ErrorCode code)
    {
        Error = new ProtocolError(code, Member.Other, ReadableId);
        return DecodeStatus.Broken;
    }

    private void Take()
    {
        Members member = _scanner.Member switch
        {
            Member.A => Members.A,
            Member.B => Members.B,
            Member.Id => Members.Id,
            Member.Delay => Members.Delay,
            _ => Members.None,
        };
        // rule M7
        if (member == Members.None)
        {
            if (_scanner.Member == Member.Path)
                TakePath();
            return;
        }

        _twice |= _found & member;
        _found |= member;
        if (_scanner.Value != ScannedValue.Integer)
            _notInteger |= member;
        else if (!_scanner.TryGetInt64(out long value) || !IsInRange(member, value))
            _outOfRange |= member;
        else if (member == Members.A)
            _a = value;
        else if (member == Members.B)
            _b = value;
        else if (member == Members.Id)
            _id = value;
        else
            _probe = _probe with { Delay = (int)value };
    }

    private static bool IsInRange(Members member, long value) => member switch
    {
        Members.Id => value >= 0,
        Members.Delay => value is >= 0 and <= ProtocolLimits.MaxDelay, // rule O1
        _ => true,
    };

    /// <summary>Whatever has no meaning is skipped, as unknown members are.</summary>
    // rule O4
    private void TakePath()
    {
        if (_scanner.Value == ScannedValue.True)
            _probe = _probe with { Path = new PathQuery(IsAsked: true) };
        else if (_scanner.Value == ScannedValue.Integer && _scanner.TryGetInt64(out long key) && key > 0)
            _probe = _probe with { Path = new PathQuery(IsAsked: true, key) };
    }

    /// <summary>Both addends must be there and good; of several errors the first in order counts.</summary>
    // rule M2, rule M3, rule E3
    private DecodeStatus Finish(out Request request)
    {
        request = default;
        Members missing = (Members.A | Members.B) & ~_found;
        (ErrorCode code, Members members) =
            missing != Members.None ? (ErrorCode.MissingMember, missing)
            : _twice != Members.None ? (ErrorCode.DuplicateMember, _twice)
            : _notInteger != Members.None ? (ErrorCode.NotAnInteger, _notInteger)
            : (ErrorCode.OutOfRange, _outOfRange);
        if (members == Members.None)
        {
            request = new Request(_a, _b, ReadableId);
            _hasProbe = _probe != default;
            return DecodeStatus.Message;
        }

        Member first = (members & Members.A) != 0 ? Member.A : (members & Members.B) != 0 ? Member.B
            : (members & Members.Id) != 0 ? Member.Id : Member.Delay;
        Error = new ProtocolError(code, first, ReadableId);
        return DecodeStatus.Rejected;
    }
}
