package jobs

import "google.golang.org/grpc/codes"

// A Code asks [errors.Is] for the status code of an [*Error]: errors.Is(err, jobs.ErrNotFound).
type Code codes.Code

// The codes that callers commonly tell apart. Another one is jobs.Code(codes.DataLoss).
const (
	ErrInvalidArgument    = Code(codes.InvalidArgument)
	ErrNotFound           = Code(codes.NotFound)
	ErrAlreadyExists      = Code(codes.AlreadyExists)
	ErrFailedPrecondition = Code(codes.FailedPrecondition)
	ErrAborted            = Code(codes.Aborted)
	ErrResourceExhausted  = Code(codes.ResourceExhausted)
	ErrUnavailable        = Code(codes.Unavailable)
	ErrUnauthenticated    = Code(codes.Unauthenticated)
	ErrPermissionDenied   = Code(codes.PermissionDenied)
)

// Error implements error.
func (c Code) Error() string { return codes.Code(c).String() }

// A Reason is the stable word that says why a call failed. It asks [errors.Is] for the reason of an [*Error]:
// errors.Is(err, jobs.ErrJobNotFound). The set is open: another one is jobs.Reason("LATER_WORD").
type Reason string

// Error implements error.
func (r Reason) Error() string { return string(r) }

// The reasons; the methods of package jobsv1 say which they give and when.
const (
	ErrFieldRequired           Reason = "FIELD_REQUIRED"
	ErrFieldInvalid            Reason = "FIELD_INVALID"
	ErrFieldOutOfRange         Reason = "FIELD_OUT_OF_RANGE"
	ErrFieldTooLarge           Reason = "FIELD_TOO_LARGE"
	ErrFieldUnknown            Reason = "FIELD_UNKNOWN"
	ErrFieldNotUpdatable       Reason = "FIELD_NOT_UPDATABLE"
	ErrTemplateInvalid         Reason = "TEMPLATE_INVALID"
	ErrTemplateNotSupported    Reason = "TEMPLATE_NOT_SUPPORTED"
	ErrScheduleNeverFires      Reason = "SCHEDULE_NEVER_FIRES"
	ErrPageTokenInvalid        Reason = "PAGE_TOKEN_INVALID"
	ErrRunIDInvalid            Reason = "RUN_ID_INVALID"
	ErrUIDInvalid              Reason = "UID_INVALID"
	ErrJobNotFound             Reason = "JOB_NOT_FOUND"
	ErrRunNotFound             Reason = "RUN_NOT_FOUND"
	ErrEventNotFound           Reason = "EVENT_NOT_FOUND"
	ErrCalendarNotFound        Reason = "CALENDAR_NOT_FOUND"
	ErrConnectionNotFound      Reason = "CONNECTION_NOT_FOUND"
	ErrJobAlreadyExists        Reason = "JOB_ALREADY_EXISTS"
	ErrEventAlreadyExists      Reason = "EVENT_ALREADY_EXISTS"
	ErrCalendarAlreadyExists   Reason = "CALENDAR_ALREADY_EXISTS"
	ErrConnectionAlreadyExists Reason = "CONNECTION_ALREADY_EXISTS"
	ErrJobCompleted            Reason = "JOB_COMPLETED"
	ErrRunActive               Reason = "RUN_ACTIVE"
	ErrRunEnded                Reason = "RUN_ENDED"
	ErrEventInUse              Reason = "EVENT_IN_USE"
	ErrCalendarInUse           Reason = "CALENDAR_IN_USE"
	ErrConnectionInUse         Reason = "CONNECTION_IN_USE"
	ErrSecretsKeyMissing       Reason = "SECRETS_KEY_MISSING"
	ErrSecretSourceDenied      Reason = "SECRET_SOURCE_DENIED"
	ErrBackfillActive          Reason = "BACKFILL_ACTIVE"
	ErrNotAnOccurrence         Reason = "NOT_AN_OCCURRENCE"
	ErrNoNominalTimes          Reason = "NO_NOMINAL_TIMES"
	ErrTooManySkips            Reason = "TOO_MANY_SKIPS"
	ErrEtagMismatch            Reason = "ETAG_MISMATCH"
	ErrRequestIDReused         Reason = "REQUEST_ID_REUSED"
	ErrRequestInProgress       Reason = "REQUEST_IN_PROGRESS"
	ErrSessionUnknown          Reason = "SESSION_UNKNOWN"
	ErrSessionReplaced         Reason = "SESSION_REPLACED"
	ErrLeaseExpired            Reason = "LEASE_EXPIRED"
	ErrOverloaded              Reason = "OVERLOADED"
	ErrTooManyStreams          Reason = "TOO_MANY_STREAMS"
	ErrDiskFull                Reason = "DISK_FULL"
	ErrOutOfDescriptors        Reason = "OUT_OF_DESCRIPTORS"
	ErrDraining                Reason = "DRAINING"
	ErrRecovering              Reason = "RECOVERING"
	ErrDeadlineExceeded        Reason = "DEADLINE_EXCEEDED"
)
