namespace SumSocket.Protocol;

/// <summary>What was wrong with one message: the content of an error answer.</summary>
/// <param name="Code">The code; its wire name goes into <c>Error</c>.</param>
/// <param name="Member">The member at fault, <see cref="Member.Other"/> when it is the whole message.</param>
/// <param name="Id">The request's Id where it could be read before the fault, else null.</param>
public readonly record struct ProtocolError(ErrorCode Code, Member Member = Member.Other, long? Id = null)
{
    // rule E5
    /// <summary>The sentence of the answer's <c>Message</c> member, fixed per code and member: input is never echoed.</summary>
    public string Message => Code switch
    {
        ErrorCode.MissingMember => Member switch
        {
            Member.A => "A is missing",
            _ => "B is missing",
        },
        ErrorCode.DuplicateMember => Member switch
        {
            Member.A => "A is there twice",
            Member.B => "B is there twice",
            Member.Delay => "Delay is there twice",
            _ => "Id is there twice",
        },
        ErrorCode.NotAnInteger => Member switch
        {
            Member.A => "A is not a plain JSON integer",
            Member.B => "B is not a plain JSON integer",
            Member.Delay => "Delay is not a plain JSON integer",
            _ => "Id is not a plain JSON integer",
        },
        ErrorCode.OutOfRange => Member switch
        {
            Member.A => "A is outside the signed 64-bit range",
            Member.B => "B is outside the signed 64-bit range",
            Member.Delay => "Delay is longer than allowed, or negative",
            _ => "Id is outside 0 to 9223372036854775807",
        },
        ErrorCode.Overflow => "A + B is outside the 64-bit range",
        ErrorCode.InvalidJson => "not a JSON object in UTF-8",
        ErrorCode.TooDeep => "nested deeper than 8",
        ErrorCode.MessageTooLong => "longer than 4096 bytes",
        ErrorCode.Truncated => "the message ended in the middle",
        ErrorCode.Timeout => "the message was not completed in time",
        ErrorCode.Busy => "the server is at its connection limit",
        _ => "unknown error",
    };
}
